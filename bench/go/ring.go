// A token goes round a ring of 1,000 goroutines until it has made a million steps.
package main

import "fmt"

func member(in <-chan int, out chan<- int, done chan<- int) {
	for v := range in {
		if v == 0 {
			done <- 1
		} else {
			out <- v - 1
		}
	}
}

func main() {
	done := make(chan int, 1)
	first := make(chan int, 1)
	in := first
	for i := 0; i < 999; i++ {
		out := make(chan int, 1)
		go member(in, out, done)
		in = out
	}
	go member(in, first, done)
	first <- 1000000
	fmt.Println(<-done)
}
