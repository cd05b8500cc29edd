"""All SQL of the program, and the files on the disk. The only room that knows sqlite3."""
