# The 2,000th prime, through a chain of filters, one fiber per prime.
def filter(input : Channel(Int64), output : Channel(Int64), prime : Int64)
  spawn do
    loop do
      n = input.receive
      output.send(n) if n % prime != 0
    end
  end
end

input = Channel(Int64).new(1)
numbers = input
spawn do
  n = 2_i64
  loop do
    numbers.send(n)
    n += 1
  end
end
prime = 0_i64
2000.times do
  prime = input.receive
  output = Channel(Int64).new(1)
  filter(input, output, prime)
  input = output
end
puts prime
