-- The work of l4.js for tshark: every frame into the script.
local packets = 0
local kilobytes = 0.0
local frames = Listener.new("frame")

function frames.packet(info)
  packets = packets + 1
  kilobytes = kilobytes + info.len / 1000
end

function frames.draw()
  print(string.format("%d %.3f", packets, kilobytes))
end
