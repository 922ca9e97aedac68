// The 2,000th prime, through a chain of filters, one goroutine per prime.
package main

import "fmt"

func generate(out chan<- int) {
	for n := 2; ; n++ {
		out <- n
	}
}

func filter(in <-chan int, out chan<- int, prime int) {
	for n := range in {
		if n%prime != 0 {
			out <- n
		}
	}
}

func main() {
	in := make(chan int, 1)
	go generate(in)
	prime := 0
	for i := 0; i < 2000; i++ {
		prime = <-in
		out := make(chan int, 1)
		go filter(in, out, prime)
		in = out
	}
	fmt.Println(prime)
}
