# A million fibers, a thousand at a time, each with a channel of one slot for its result.
def work(n : Int64, result : Channel(Int64))
  result.send(n + 1)
end

total = 0_i64
1000.times do
  results = [] of Channel(Int64)
  1000.times do |i|
    result = Channel(Int64).new(1)
    results << result
    spawn work(i.to_i64, result)
  end
  results.each { |result| total += result.receive }
end
puts total
