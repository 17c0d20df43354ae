"""What is thrown at the program to see it refuse: texts, wishes, requests, and bytes that are hardly one."""
