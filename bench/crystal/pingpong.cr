# Half a million round trips between two fibers.
there = Channel(Int64).new(1)
back = Channel(Int64).new(1)
spawn do
  loop { back.send(there.receive + 1) }
end
v = 0_i64
500_000.times do
  there.send(v)
  v = back.receive
end
puts v
