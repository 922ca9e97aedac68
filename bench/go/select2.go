// One goroutine selects over two channels, each fed half a million numbers.
package main

import "fmt"

func feed(out chan<- int) {
	for i := 0; i < 500000; i++ {
		out <- i
	}
}

func main() {
	a := make(chan int, 1)
	b := make(chan int, 1)
	go feed(a)
	go feed(b)
	sum := 0
	for i := 0; i < 1000000; i++ {
		select {
		case v := <-a:
			sum += v
		case v := <-b:
			sum += v
		}
	}
	fmt.Println(sum)
}
