"""Failures as servers make them, each with the title of the advice that it should get."""

from domain.diagnosis.advice_examples.delivery import DELIVERY
from domain.diagnosis.advice_examples.example import Example
from domain.diagnosis.advice_examples.google import GOOGLE
from domain.diagnosis.advice_examples.microsoft import MICROSOFT
from domain.diagnosis.advice_examples.providers import PROVIDERS
from domain.diagnosis.advice_examples.silent import SILENT
from domain.diagnosis.advice_examples.standard import STANDARD

EXAMPLES: tuple[Example, ...] = (*GOOGLE, *MICROSOFT, *PROVIDERS, *STANDARD, *DELIVERY, *SILENT)
