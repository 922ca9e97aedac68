// A tree of goroutines, ten children each, with 100,000 leaves; each gives its parent a sum.
package main

import "fmt"

func skynet(num, size int, out chan<- int) {
	if size == 1 {
		out <- num
		return
	}
	parts := make(chan int, 10)
	for i := 0; i < 10; i++ {
		go skynet(num+i*(size/10), size/10, parts)
	}
	sum := 0
	for i := 0; i < 10; i++ {
		sum += <-parts
	}
	out <- sum
}

func main() {
	out := make(chan int, 1)
	go skynet(0, 100000, out)
	fmt.Println(<-out)
}
