// 64 connections to an echo server in the same process, each sending 2,000 messages in turn.
package main

import (
	"fmt"
	"net"
)

func echo(c net.Conn) {
	defer c.Close()
	buffer := make([]byte, 1024)
	for {
		n, err := c.Read(buffer)
		if err != nil {
			return
		}
		if _, err := c.Write(buffer[:n]); err != nil {
			return
		}
	}
}

func acceptAll(listener net.Listener, n int) {
	for i := 0; i < n; i++ {
		c, err := listener.Accept()
		if err != nil {
			return
		}
		go echo(c)
	}
}

func client(address string, rounds int, out chan<- int) {
	c, err := net.Dial("tcp", address)
	if err != nil {
		out <- -1
		return
	}
	defer c.Close()
	message := []byte("hello, these are thirty-two byte")
	buffer := make([]byte, 1024)
	bytes := 0
	for i := 0; i < rounds; i++ {
		c.Write(message)
		n, _ := c.Read(buffer)
		bytes += n
	}
	out <- bytes
}

func main() {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	go acceptAll(listener, 64)
	out := make(chan int)
	for i := 0; i < 64; i++ {
		go client(listener.Addr().String(), 2000, out)
	}
	total := 0
	for i := 0; i < 64; i++ {
		total += <-out
	}
	fmt.Println(total)
}
