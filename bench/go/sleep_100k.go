// A hundred thousand goroutines that sleep at the same time, for 100 ms each.
package main

import (
	"fmt"
	"time"
)

func rest(n int, out chan<- int) {
	time.Sleep(100 * time.Millisecond)
	out <- n % 10
}

func main() {
	results := make([]chan int, 0, 100000)
	for i := 0; i < 100000; i++ {
		out := make(chan int, 1)
		results = append(results, out)
		go rest(i, out)
	}
	total := 0
	for _, out := range results {
		total += <-out
	}
	fmt.Println(total)
}
