"""Finds the block of Terraform or CloudFormation that makes a resource. Files are read, never run or followed."""
