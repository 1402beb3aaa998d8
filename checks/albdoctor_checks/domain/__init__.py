"""Checks of the stage domain: registrar, delegation, hosted zone, records."""
