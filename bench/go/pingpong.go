// Half a million round trips between two goroutines.
package main

import "fmt"

func pong(in <-chan int, out chan<- int) {
	for v := range in {
		out <- v + 1
	}
}

func main() {
	there := make(chan int, 1)
	back := make(chan int, 1)
	go pong(there, back)
	v := 0
	for i := 0; i < 500000; i++ {
		there <- v
		v = <-back
	}
	fmt.Println(v)
}
