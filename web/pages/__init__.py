"""The pages, one module per noun; each exports its `handlers`."""
