"""A zone as files that open without us: tables, events, photos, a page to begin with, and what proves them whole."""

from marketplace.zone_export.writing import EXPORTED, Asked, Exported, export_zone

__all__ = ["EXPORTED", "Asked", "Exported", "export_zone"]
