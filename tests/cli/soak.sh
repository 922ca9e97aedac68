# Random storms of tasks and channels, for a few seconds: nothing is lost (stress/soak.sh).
exec "$ROOT/stress/soak.sh" "$PLUTO" --short 5
