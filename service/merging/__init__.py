"""People who are in the network twice: found, compared, made one."""
