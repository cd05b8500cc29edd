"""Failures as servers make them, each with the title of the advice that it should get."""

from domain.advice_examples.example import Example
from domain.advice_examples.google import GOOGLE
from domain.advice_examples.microsoft import MICROSOFT
from domain.advice_examples.providers import PROVIDERS
from domain.advice_examples.silent import SILENT
from domain.advice_examples.standard import STANDARD

EXAMPLES: tuple[Example, ...] = (*GOOGLE, *MICROSOFT, *PROVIDERS, *STANDARD, *SILENT)
