@import fmt@
// @T@Store: entries by name; asking for what is not there is an error.

type no@T@ struct{ key string }
type two@T@ struct {
	key string
	old int
}

func (e no@T@) Error() string  { return "no " + e.key }
func (e two@T@) Error() string { return "two of " + e.key }

type @T@Entry struct {
	key    string
	amount int
	notes  []string
}

type @T@Store struct {
	entries map[string]*@T@Entry
	changes int
}

func (s *@T@Store) add(key string, amount int) error {
	if old, ok := s.entries[key]; ok {
		return two@T@{key, old.amount}
	}
	s.entries[key] = &@T@Entry{key: key, amount: amount}
	s.changes += 1
	return nil
}

func (s *@T@Store) find(key string) (*@T@Entry, error) {
	entry, ok := s.entries[key]
	if !ok {
		return nil, no@T@{key}
	}
	return entry, nil
}

func (s *@T@Store) move(from, to string, amount int) error {
	a, err := s.find(from)
	if err != nil {
		return err
	}
	b, err := s.find(to)
	if err != nil {
		return err
	}
	a.amount -= amount
	b.amount += amount
	b.notes = append(b.notes, fmt.Sprintf("%d from %s", amount, from))
	s.changes += 2
	return nil
}

func (s *@T@Store) total() int {
	sum := 0
	for _, entry := range s.entries {
		sum += entry.amount * (len(entry.notes) + 1)
	}
	return sum
}

func run@T@(seed int) int {
	store := @T@Store{entries: map[string]*@T@Entry{}}
	bad := 0
@each k 3 6@
	if e, ok := store.add("@w1i@@i@", seed%@n1i@).(two@T@); ok {
		bad += e.old
	}
@end@
	if e, ok := store.add("@w11@1", 5).(two@T@); ok {
		bad += e.old + len(e.key)
	}
	for i := 1; i < @n2@; i++ {
		from := "@w12@2"
		if i%2 == 0 {
			from = "@w11@1"
		}
		if e, ok := store.move(from, fmt.Sprintf("@w13@%d", i), i*@n3@).(no@T@); ok {
			bad += len(e.key)
		}
	}
	return (store.total()*@n4@ + store.changes*@n5@ + bad) % 1000003
}
