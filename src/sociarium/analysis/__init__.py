"""What the data can say: functions on data frames, each with a small frozen record. Needs the extra `analysis`."""
