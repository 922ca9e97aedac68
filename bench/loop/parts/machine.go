// @T@Event: a state machine that is fed with events.

type @T@Event interface{ is@T@Event() }

type started@T@ struct{ at int }
type moved@T@ struct {
	by   int
	name string
}
type paused@T@ struct{}
type ended@T@ struct{ at, code int }

func (started@T@) is@T@Event() {}
func (moved@T@) is@T@Event()   {}
func (paused@T@) is@T@Event()  {}
func (ended@T@) is@T@Event()   {}

type @T@State int

const (
	idle@T@ @T@State = iota
	active@T@
	waiting@T@
	over@T@
)

type @T@Machine struct {
	state @T@State
	place int
	log   []string
}

func (m *@T@Machine) next(event @T@Event) int {
	switch e := event.(type) {
	case started@T@:
		m.state = active@T@
		m.place = e.at % @n1@
		m.log = append(m.log, "@w1@")
	case moved@T@:
		if m.state == active@T@ {
			m.place += e.by * @n2@
		}
		m.log = append(m.log, e.name)
	case paused@T@:
		m.state = waiting@T@
	case ended@T@:
		m.state = over@T@
		m.place = (m.place + e.at*e.code) % 10007
	}
	return m.place
}

func name@T@(s @T@State) string {
	switch s {
	case idle@T@:
		return "@w2@"
	case active@T@:
		return "@w3@"
	case waiting@T@:
		return "waiting"
	}
	return "over"
}

func event@T@(n int) @T@Event {
@each e 2 5@
	if n%@n3i@ == @i@ {
		return moved@T@{n + @i@, "@w4i@"}
	}
@end@
	if n%5 == 0 {
		return started@T@{n}
	}
	if n%7 == 0 {
		return paused@T@{}
	}
	return ended@T@{n, @n4@}
}

func run@T@(seed int) int {
	m := @T@Machine{}
	sum := 0
	for i := 0; i < @n5@; i++ {
		sum += m.next(event@T@(seed + i))
		sum += len(name@T@(m.state))
	}
	for _, line := range m.log {
		sum += len(line)
	}
	return sum % 1000003
}
