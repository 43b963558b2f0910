"""Pictures that answer a slider: one module per lesson, all built on ``picture.PictureWidget``."""
