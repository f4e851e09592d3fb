// no hook at all: what remains is reading and decoding
