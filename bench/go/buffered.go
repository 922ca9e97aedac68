// Four million values from one producer to one consumer through a buffer of 100.
package main

import "fmt"

func produce(out chan<- int, n int) {
	for i := 0; i < n; i++ {
		out <- i
	}
	close(out)
}

func main() {
	values := make(chan int, 100)
	go produce(values, 4000000)
	total := 0
	for v := range values {
		total += v
	}
	fmt.Println(total)
}
