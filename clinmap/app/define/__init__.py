"""The commands around define.xml: audit, Excel, import."""
