"""What holds for every cloud. The clouds are those that have a folder; nothing here names one."""
