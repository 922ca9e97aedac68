// @T@: places, roads between them, and the shortest ways.

type @T@Road struct {
	to     int
	length int
}

type @T@Map struct{ roads [][]@T@Road }

func (m *@T@Map) join(a, b, length int) {
	m.roads[a] = append(m.roads[a], @T@Road{b, length})
	m.roads[b] = append(m.roads[b], @T@Road{a, length})
}

func (m *@T@Map) nearest(far []int, done []bool) int {
	best := -1
	for i := range far {
		if !done[i] && far[i] >= 0 && (best < 0 || far[i] < far[best]) {
			best = i
		}
	}
	return best
}

func (m *@T@Map) distances(from int) []int {
	var far []int
	var done []bool
	for range m.roads {
		far = append(far, -1)
		done = append(done, false)
	}
	far[from] = 0
	at := from
	for at >= 0 {
		done[at] = true
		for _, road := range m.roads[at] {
			length := far[at] + road.length
			if far[road.to] < 0 || length < far[road.to] {
				far[road.to] = length
			}
		}
		at = m.nearest(far, done)
	}
	return far
}

func run@T@(seed int) int {
	m := @T@Map{}
	for i := 0; i < @n1@+4; i++ {
		m.roads = append(m.roads, nil)
	}
	for i := 1; i < len(m.roads); i++ {
		m.join(i, (i*@n2@+seed)%i, 1+(i*@n3@)%@n4@)
	}
@each r 2 5@
	m.join(@i@, seed%len(m.roads), @n5i@)
@end@
	sum := 0
	for _, far := range m.distances(seed % len(m.roads)) {
		sum += far * far % @n6@1
	}
	return sum % 1000003
}
