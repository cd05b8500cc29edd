"""Other programs' files: what they say of SMTPs, and SMTPs written as they want them. Bytes in, values out: nothing
here opens a file, asks a server, reads a variable or runs anything."""
