@import fmt strconv strings@
// @T@: reads lines of text into numbers and words.

type bad@T@ struct {
	line string
	at   int
}

func (e bad@T@) Error() string { return "bad line " + e.line }

type @T@Line struct {
	name  string
	count int
	rest  []string
}

func parse@T@(line string, at int) (*@T@Line, error) {
	parts := strings.Split(strings.TrimSpace(line), ",")
	if len(parts) < 2 {
		return nil, bad@T@{line, at}
	}
	count, err := strconv.Atoi(strings.TrimSpace(parts[1]))
	if err != nil {
		return nil, bad@T@{parts[1], at}
	}
	return &@T@Line{strings.ToLower(parts[0]), count, parts[2:]}, nil
}

func lines@T@(seed int) []string {
	var all []string
@each l 4 8@
	all = append(all, fmt.Sprintf("@C1i@,%d,@w2i@,@w3i@", seed%@n1i@))
@end@
	all = append(all, "@w4@")
	all = append(all, "@w5@,many")
	return all
}

func words@T@(all []string) map[string]int {
	counts := map[string]int{}
	for _, line := range all {
		for _, word := range strings.Split(strings.ToLower(line), ",") {
			counts[word] += 1
		}
	}
	return counts
}

func run@T@(seed int) int {
	all := lines@T@(seed)
	sum := 0
	for i := range all {
		line, err := parse@T@(all[i], i)
		if e, ok := err.(bad@T@); ok {
			sum += e.at*@n2@ + len(e.line)
			continue
		}
		sum += line.count*len(line.rest) + len(strings.Join(line.rest, "-"))
		if strings.HasPrefix(line.name, "b") {
			sum += @n3@
		}
	}
	for word, n := range words@T@(all) {
		sum += n * len(word)
	}
	return sum % 1000003
}
