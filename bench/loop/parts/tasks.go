@import sync sync/atomic@
// @T@: workers that take jobs from one channel and answer on another.

type @T@Job struct {
	id     int
	weight int
}

type @T@Answer struct {
	id    int
	value int
	by    string
}

func work@T@(job @T@Job) int {
	value := job.weight
	for i := 0; i < @n1@; i++ {
		value = (value*@n2@ + job.id + i) % 10007
	}
	return value
}

func worker@T@(name string, jobs <-chan @T@Job, answers chan<- @T@Answer) int {
	done := 0
	for job := range jobs {
		answers <- @T@Answer{job.id, work@T@(job), name}
		done += 1
	}
	return done
}

func feed@T@(seed int, jobs chan<- @T@Job) {
	for i := 0; i < @n3@; i++ {
		jobs <- @T@Job{i, (seed + i*@n4@) % 503}
	}
	close(jobs)
}

func collect@T@(answers <-chan @T@Answer) int {
	sum := 0
	for answer := range answers {
		sum += answer.value*(answer.id%7+1) + len(answer.by)
	}
	return sum
}

func run@T@(seed int) int {
	jobs := make(chan @T@Job, @n5@)
	answers := make(chan @T@Answer, 4)
	go feed@T@(seed, jobs)
	var group sync.WaitGroup
	var done int64
@each w 2 4@
	group.Add(1)
	go func() {
		atomic.AddInt64(&done, int64(worker@T@("@w1@", jobs, answers)))
		group.Done()
	}()
@end@
	go func() {
		group.Wait()
		close(answers)
	}()
	sum := collect@T@(answers)
	group.Wait()
	return (sum + int(done)) % 1000003
}
