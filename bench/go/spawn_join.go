// A million goroutines, a thousand at a time, each with a channel of one slot for its result.
package main

import "fmt"

func work(n int, out chan<- int) {
	out <- n + 1
}

func main() {
	total := 0
	for round := 0; round < 1000; round++ {
		results := make([]chan int, 0, 1000)
		for i := 0; i < 1000; i++ {
			out := make(chan int, 1)
			results = append(results, out)
			go work(i, out)
		}
		for _, out := range results {
			total += <-out
		}
	}
	fmt.Println(total)
}
