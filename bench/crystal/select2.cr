# One fiber selects over two channels, each fed half a million numbers.
def feed(channel)
  spawn do
    500_000.times { |i| channel.send(i.to_i64) }
  end
end

a = Channel(Int64).new(1)
b = Channel(Int64).new(1)
feed(a)
feed(b)
sum = 0_i64
1_000_000.times do
  select
  when v = a.receive
    sum += v
  when v = b.receive
    sum += v
  end
end
puts sum
