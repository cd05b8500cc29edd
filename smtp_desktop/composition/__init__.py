"""Every object of the program, built once on one data folder."""
