"""What albdoctor refuses, each in one sentence for whoever asked. Every room may raise these; they import nothing."""

from __future__ import annotations


class AlbdoctorError(Exception):
    """Whatever albdoctor refuses to do; a command ends with exit code 2 and this sentence."""


class BadOptionError(AlbdoctorError, ValueError):
    """An option, an argument, a setting or a file's place cannot be used."""


class BadFactsError(AlbdoctorError, ValueError):
    """A facts file cannot be read; the sentence names the bad field."""


class BadCheckError(AlbdoctorError):
    """A check is declared wrongly; the sentence says which and how."""


class UnknownCheckError(AlbdoctorError, LookupError):
    """A name fits no check; the sentence has the nearest names."""
