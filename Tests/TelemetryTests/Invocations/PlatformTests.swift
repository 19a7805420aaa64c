import OTLP
import Telemetry
import Testing

/// What each platform's environment variables say.
@Suite struct PlatformTests {
    private func attributes(_ platform: any FunctionPlatform) -> [String: AttributeValue] {
        Dictionary(platform.resourceAttributes.map { ($0.key, $0.value ?? .empty) }) { first, _ in first }
    }

    @Test func lambdaIsKnownByItsFunctionName() {
        let platform = PlatformDetection.platform {
            [
                "AWS_LAMBDA_FUNCTION_NAME": "tutor", "AWS_LAMBDA_FUNCTION_VERSION": "26", "AWS_REGION": "eu-central-1",
                "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "512", "AWS_LAMBDA_LOG_GROUP_NAME": "/aws/lambda/tutor",
                "AWS_LAMBDA_LOG_STREAM_NAME": "2026/11/24/[$LATEST]2f39", "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
            ][$0]
        }
        #expect(
            attributes(platform) == [
                "cloud.provider": "aws", "cloud.platform": "aws_lambda", "cloud.region": "eu-central-1",
                "faas.name": "tutor", "faas.version": "26", "faas.instance": "2026/11/24/[$LATEST]2f39",
                "faas.max_memory": .int(512 << 20), "aws.log.group.names": .array(["/aws/lambda/tutor"]),
                "aws.log.stream.names": .array(["2026/11/24/[$LATEST]2f39"]),
            ])
        #expect(platform.functionName == "tutor")
        #expect(platform.memoryLimitBytes == 512 << 20)
        #expect(platform.startsOnDemand && platform.freezesBetweenInvocations)
        #expect(platform.timeout == nil)
    }

    @Test(arguments: [
        ("on-demand", true), ("snap-start", true), ("", true), ("provisioned-concurrency", false),
        ("lambda-managed-instances", false),
    ])
    func whatWasStartedAheadOfTimeIsNoColdStart(type: String, startsOnDemand: Bool) {
        let platform = PlatformDetection.platform {
            ["AWS_LAMBDA_FUNCTION_NAME": "tutor", "AWS_LAMBDA_INITIALIZATION_TYPE": type][$0]
        }
        #expect(platform.startsOnDemand == startsOnDemand)
    }

    @Test func cloudRunIsKnownByItsService() {
        let variables = [
            "K_SERVICE": "tutor", "K_REVISION": "tutor-00002-abc", "K_CONFIGURATION": "tutor", "PORT": "8080",
            "GOOGLE_CLOUD_PROJECT": "school", "CLOUD_RUN_TIMEOUT_SECONDS": "60", "CLOUD_RUN_REGION": "europe-west3",
        ]
        let platform = PlatformDetection.platform { variables[$0] }
        let described = attributes(platform)
        #expect(described["cloud.provider"] == "gcp")
        #expect(described["cloud.platform"] == "gcp_cloud_run")
        #expect(described["faas.name"] == "tutor")
        #expect(described["faas.version"] == "tutor-00002-abc")
        #expect(described["cloud.account.id"] == "school")
        #expect(platform.timeout == .seconds(60))
        #expect(platform.freezesBetweenInvocations)
        #expect(
            platform.attributes(ofFunction: nil) == [
                Attribute(
                    "cloud.resource_id", "//run.googleapis.com/projects/school/locations/europe-west3/services/tutor")
            ])
    }

    @Test func aCloudFunctionIsKnownByItsTarget() {
        let variables = ["K_SERVICE": "hint", "FUNCTION_TARGET": "hint", "FUNCTION_SIGNATURE_TYPE": "http"]
        let platform = PlatformDetection.platform { variables[$0] }
        #expect(attributes(platform)["cloud.platform"] == "gcp_cloud_functions")
        #expect(platform.invocationID { ["function-execution-id": "9f3a"][$0] } == "9f3a")
    }

    @Test func aFunctionOfTheFirstGenerationSaysItsLimits() {
        let variables = [
            "FUNCTION_NAME": "hint", "FUNCTION_MEMORY_MB": "256", "FUNCTION_TIMEOUT_SEC": "30",
            "FUNCTION_REGION": "us-central1", "GCP_PROJECT": "school",
        ]
        let platform = PlatformDetection.platform { variables[$0] }
        #expect(attributes(platform)["faas.max_memory"] == .int(256 << 20))
        #expect(attributes(platform)["cloud.region"] == "us-central1")
        #expect(platform.timeout == .seconds(30))
    }

    @Test func aJobRunsToItsEndAndSaysWhichTaskItIs() {
        let variables = ["CLOUD_RUN_JOB": "nightly", "CLOUD_RUN_EXECUTION": "nightly-x7", "CLOUD_RUN_TASK_INDEX": "3"]
        let platform = PlatformDetection.platform { variables[$0] }
        let described = attributes(platform)
        #expect(described["faas.name"] == "nightly")
        #expect(described["gcp.cloud_run.job.execution"] == "nightly-x7")
        #expect(described["gcp.cloud_run.job.task_index"] == 3)
        #expect(!platform.freezesBetweenInvocations)
    }

    @Test func azureFunctionsAreKnownByTheirSite() {
        let variables = [
            "WEBSITE_SITE_NAME": "school", "FUNCTIONS_EXTENSION_VERSION": "~4", "REGION_NAME": "Germany West Central",
            "WEBSITE_INSTANCE_ID": "d3adb33f", "WEBSITE_MEMORY_LIMIT_MB": "1536", "WEBSITE_RESOURCE_GROUP": "learning",
            "WEBSITE_OWNER_NAME": "af7ce8a8-ec27-4b24-af88-324b2712077a+learning-GermanyWestCentralwebspace-Linux",
            "WEBSITE_SLOT_NAME": "Production", "AzureFunctionsJobHost__functionTimeout": "00:05:00",
        ]
        let platform = PlatformDetection.platform { variables[$0] }
        #expect(
            attributes(platform) == [
                "cloud.provider": "azure", "cloud.platform": "azure.functions", "cloud.region": "Germany West Central",
                "cloud.account.id": "af7ce8a8-ec27-4b24-af88-324b2712077a", "faas.instance": "d3adb33f",
                "faas.max_memory": .int(1536 << 20), "deployment.environment.name": "Production",
            ])
        #expect(platform.timeout == .seconds(300))
        #expect(
            platform.attributes(ofFunction: "hint") == [
                Attribute("faas.name", "school/hint"),
                Attribute(
                    "cloud.resource_id",
                    "/subscriptions/af7ce8a8-ec27-4b24-af88-324b2712077a/resourceGroups/learning/providers/Microsoft.Web/sites/school/functions/hint"
                ),
            ])
        #expect(platform.invocationID { ["x-azure-functions-invocationid": "i-1"][$0] } == "i-1")
    }

    @Test(
        arguments: [
            ("00:05:00", .seconds(300)), ("1.00:00:00", .seconds(86_400)), ("-1", nil), ("-00:00:01", nil), ("", nil),
            ("5", nil), ("00:60:00", nil), ("24:00:00", nil), ("9999999999999999999.00:00:00", nil), ("a:b:c", nil),
            ("400.00:00:00", nil),
        ] as [(String, Duration?)])
    func aTimeoutIsReadOrLeft(text: String, timeout: Duration?) {
        let platform = PlatformDetection.platform {
            [
                "WEBSITE_SITE_NAME": "school", "FUNCTIONS_WORKER_RUNTIME": "custom",
                "AzureFunctionsJobHost__functionTimeout": text,
            ][$0]
        }
        #expect(platform.timeout == timeout)
    }

    @Test func anEmptyEnvironmentIsALocalProcess() {
        for variables in [[:], ["AWS_LAMBDA_FUNCTION_NAME": "", "K_SERVICE": "", "WEBSITE_SITE_NAME": ""]] {
            let platform = PlatformDetection.platform { variables[$0] }
            #expect(platform is LocalProcess)
            #expect(platform.resourceAttributes.isEmpty)
            #expect(!platform.freezesBetweenInvocations)
        }
    }

    @Test(arguments: ["-1", "0", "many", "99999999999999999999", "4611686018427387904"])
    func aMemorySizeThatIsNoneIsLeftOut(size: String) {
        let platform = PlatformDetection.platform {
            ["AWS_LAMBDA_FUNCTION_NAME": "tutor", "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": size][$0]
        }
        #expect(platform.memoryLimitBytes == nil)
    }
}
