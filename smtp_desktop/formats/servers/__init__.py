"""Set-ups of programs that people run on servers: monitoring, source code, sign-in, web sites."""
