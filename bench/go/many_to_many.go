// Four senders and four receivers share one channel of 128 places; a million numbers pass.
package main

import (
	"fmt"
	"sync"
)

func main() {
	numbers := make(chan int, 128)
	sums := make(chan int, 4)
	var feeding sync.WaitGroup
	for i := 0; i < 4; i++ {
		feeding.Add(1)
		go func() {
			sum := 0
			for v := range numbers {
				sum += v
			}
			sums <- sum
		}()
		go func() {
			for i := 0; i < 250000; i++ {
				numbers <- i
			}
			feeding.Done()
		}()
	}
	feeding.Wait()
	close(numbers)
	sum := 0
	for i := 0; i < 4; i++ {
		sum += <-sums
	}
	fmt.Println(sum)
}
