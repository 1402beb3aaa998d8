"""What the AWS APIs say: one module a service. botocore is imported when the first question is asked."""
