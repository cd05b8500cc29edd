"""Declared configuration: SMTPs, activities and settings are made what was asked for, whatever they were before."""
