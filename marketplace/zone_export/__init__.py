"""A zone as files that open without us: tables, events, photos, documents, a page to begin with, and proof."""

from marketplace.zone_export.writing import CONTENTS, EXPORTED, Asked, Exported, export_zone

__all__ = ["CONTENTS", "EXPORTED", "Asked", "Exported", "export_zone"]
