"""syncd keeps a HubSpot or Salesforce CRM clean. This file imports nothing, so that every layer may use the nouns."""

__version__ = "0.1.0"
