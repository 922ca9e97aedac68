# Four senders and four receivers share one channel of 128 places; a million numbers pass.
numbers = Channel(Int64).new(128)
sums = Channel(Int64).new(4)
fed = Channel(Nil).new(4)
4.times do
  spawn do
    sum = 0_i64
    while v = numbers.receive?
      sum += v
    end
    sums.send(sum)
  end
  spawn do
    250_000.times { |i| numbers.send(i.to_i64) }
    fed.send(nil)
  end
end
4.times { fed.receive }
numbers.close
sum = 0_i64
4.times { sum += sums.receive }
puts sum
