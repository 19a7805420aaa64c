public import ArgumentParser
public import TraceView

extension ExportFormat: ExpressibleByArgument {}
