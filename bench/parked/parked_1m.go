// A million goroutines parked in a receive: made, collected around, woken.
package main

import (
	"fmt"
	"os"
	"runtime"
	"time"
)

func resident() int {
	var pages, size int
	f, err := os.Open("/proc/self/statm")
	if err == nil {
		fmt.Fscan(f, &size, &pages)
		f.Close()
	}
	return pages * os.Getpagesize()
}

func wait(in <-chan int, out chan<- int) { out <- <-in }

func main() {
	const n = 1_000_000
	in, out := make(chan int, 1), make(chan int, 1)
	ready, seen := make(chan int, 1), make(chan int, 1)
	before := resident()
	t0 := time.Now()
	for i := 0; i < n; i++ {
		go wait(in, out)
	}
	go wait(ready, seen)
	ready <- 1
	<-seen
	t1 := time.Now()
	after := resident()
	runtime.GC()
	t2 := time.Now()
	total := 0
	go func() {
		for i := 0; i < n; i++ {
			in <- i
		}
	}()
	for i := 0; i < n; i++ {
		total += <-out
	}
	t3 := time.Now()
	fmt.Println(total)
	fmt.Println("bytes per task:", (after-before)/n)
	fmt.Println("ms to create:", t1.Sub(t0).Milliseconds())
	fmt.Println("ms to collect:", t2.Sub(t1).Milliseconds())
	fmt.Println("ms to wake all:", t3.Sub(t2).Milliseconds())
}
