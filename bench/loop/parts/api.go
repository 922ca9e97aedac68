// What other packages use of this one.

type Refused struct {
	Code   int
	Reason string
}

func (e Refused) Error() string { return e.Reason }

type Grade interface{ isGrade() }

type Low struct{}
type Middle struct{ Points int }
type High struct{ Points, Bonus int }

func (Low) isGrade()    {}
func (Middle) isGrade() {}
func (High) isGrade()   {}

type Ticket struct {
	Id     int
	Weight int
	Tags   []string
}

func (t *Ticket) Cost() int { return (t.Id*@n1@ + t.Weight*@n2@) % 10007 }

func (t *Ticket) Tag(text string) {
	t.Tags = append(t.Tags, text)
	t.Weight += len(text)
}

func Rank(n int) int {
	weight := @n3@
	return (n*weight + @n4@) % 1009
}

func NewTicket(n int) *Ticket {
	t := &Ticket{Id: n, Weight: Rank(n)}
	t.Tag("@w1@")
	if n%2 == 0 {
		t.Tag("@w2@")
	}
	return t
}

func Admit(n int) (int, error) {
	if n < 0 {
		return 0, Refused{@n5@, "negative"}
	}
	if n%@n6@ == 1 {
		return 0, Refused{n % 100, "@w3@"}
	}
	return Rank(n) + 1, nil
}

func NewGrade(n int) Grade {
	points := Rank(n)
	if points < 300 {
		return Low{}
	}
	if points < 700 {
		return Middle{points}
	}
	return High{points, points % @n7@}
}
