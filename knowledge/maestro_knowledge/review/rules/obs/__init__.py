"""Operations: health, readiness."""
