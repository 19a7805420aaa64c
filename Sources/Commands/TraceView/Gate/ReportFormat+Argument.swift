public import ArgumentParser
public import DeployGate

extension ReportFormat: ExpressibleByArgument {}
