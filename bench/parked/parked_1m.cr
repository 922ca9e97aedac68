# Fibers parked in a receive: made, collected around, woken. A million where the system allows so
# many mappings (vm.max_map_count); the number of fibers is the argument.
n = (ARGV[0]? || "1000000").to_i
input = Channel(Int64).new(1)
output = Channel(Int64).new(1)

def resident
  File.read("/proc/self/statm").split[1].to_i64 * 4096
end

before = resident
t0 = Time.monotonic
n.times { spawn { output.send(input.receive) } }
Fiber.yield
t1 = Time.monotonic
after = resident
GC.collect
t2 = Time.monotonic
spawn { n.times { |i| input.send(i.to_i64) } }
total = 0_i64
n.times { total += output.receive }
t3 = Time.monotonic
puts total
puts "bytes per task: #{(after - before) // n}"
puts "ms to create: #{(t1 - t0).total_milliseconds.to_i}"
puts "ms to collect: #{(t2 - t1).total_milliseconds.to_i}"
puts "ms to wake all: #{(t3 - t2).total_milliseconds.to_i}"
