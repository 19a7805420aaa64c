package import OTLP

/// Google Cloud Run: services, functions, jobs.
///
/// Source: Cloud Run, container runtime contract; Cloud Run functions, environment variables.
package struct GoogleCloud: FunctionPlatform {
    private enum Workload {
        case service
        case function
        case job(execution: String?, taskIndex: Int?)
    }

    private let name: String
    private let workload: Workload
    private let version: String?
    private let region: String?
    private let project: String?
    package let memoryLimitBytes: Int?
    package let timeout: Duration?

    package init?(environment variable: (String) -> String?) {
        if let job = variable("CLOUD_RUN_JOB") {
            name = job
            workload = .job(
                execution: variable("CLOUD_RUN_EXECUTION"),
                taskIndex: variable("CLOUD_RUN_TASK_INDEX").flatMap { Int($0) })
        } else if let service = variable("K_SERVICE") ?? variable("FUNCTION_NAME") {
            name = service
            let isFunction = variable("FUNCTION_TARGET") ?? variable("FUNCTION_NAME") != nil
            workload = isFunction ? .function : .service
        } else {
            return nil
        }
        version = variable("K_REVISION") ?? variable("X_GOOGLE_FUNCTION_VERSION")
        region = variable("FUNCTION_REGION") ?? variable("GOOGLE_CLOUD_REGION") ?? variable("CLOUD_RUN_REGION")
        project = variable("GOOGLE_CLOUD_PROJECT") ?? variable("GCP_PROJECT") ?? variable("GCLOUD_PROJECT")
        memoryLimitBytes =
            variable("FUNCTION_MEMORY_MB").flatMap { Int($0) }.flatMap { Megabytes.bytes($0) }
            ?? ControlGroup.memoryLimitBytes
        timeout = (variable("CLOUD_RUN_TIMEOUT_SECONDS") ?? variable("FUNCTION_TIMEOUT_SEC"))
            .flatMap { Int($0) }.flatMap { (1...604_800).contains($0) ? .seconds($0) : nil }
    }

    package var resourceAttributes: [Attribute] {
        var attributes = [Attribute("cloud.provider", "gcp")]
        switch workload {
        case .function: attributes.add("cloud.platform", "gcp_cloud_functions")
        case .service, .job: attributes.add("cloud.platform", "gcp_cloud_run")
        }
        attributes.add("cloud.region", region)
        attributes.add("cloud.account.id", project)
        attributes.add("faas.name", name)
        attributes.add("faas.version", version)
        attributes.add("faas.max_memory", memoryLimitBytes)
        if case .job(let execution, let taskIndex) = workload {
            attributes.add("gcp.cloud_run.job.execution", execution)
            attributes.add("gcp.cloud_run.job.task_index", taskIndex)
        }
        return attributes
    }

    package var functionName: String? { name }
    package var startsOnDemand: Bool { true }

    /// Between requests there is next to no processor time, unless somebody pays for it. A job runs until it ends.
    package var freezesBetweenInvocations: Bool {
        if case .job = workload { false } else { true }
    }

    package func invocationID(_ field: (String) -> String?) -> String? { field("function-execution-id") }

    package func attributes(ofFunction name: String?) -> [Attribute] {
        guard let project, let region else { return [] }
        let collection: String
        switch workload {
        case .service, .function: collection = "services"
        case .job: collection = "jobs"
        }
        let uri = "//run.googleapis.com/projects/\(project)/locations/\(region)/\(collection)/\(self.name)"
        return [Attribute("cloud.resource_id", .string(uri))]
    }
}
