import DeployGate

/// Small manifests, as text.
enum Manifests {
    static func read(
        _ text: String, as path: String = "template.yaml", parameters: [String: String] = [:]
    ) throws -> Manifest {
        try Manifest.read(ManifestFile(path: path, text: Array(text.utf8)), parameters: parameters)
    }

    static let sam = """
        Transform: AWS::Serverless-2016-10-31
        Parameters:
          Memory: {Type: Number, Default: 512}
          Stage: {Type: String}
        Conditions:
          IsProduction: !Equals [!Ref Stage, production]
        Mappings:
          Timeouts: {production: {edge: 20}, test: {edge: 5}}
        Globals:
          Function:
            MemorySize: !Ref Memory
            Environment: {Variables: {OTEL_EXPORTER_OTLP_ENDPOINT: "http://collector:4318"}}
        Resources:
          edge:
            Type: AWS::Serverless::Function
            Properties:
              FunctionName: !Sub "${AWS::StackName}-edge"
              Timeout: !FindInMap [Timeouts, !Ref Stage, edge]
              ProvisionedConcurrencyConfig:
                ProvisionedConcurrentExecutions: !If [IsProduction, 2, !Ref AWS::NoValue]
              Environment: {Variables: {OTEL_SERVICE_NAME: edge-service}}
              Events:
                Hint: {Type: HttpApi, Properties: {Method: post, Path: /hints}}
          worker:
            Type: AWS::Serverless::Function
            Properties:
              MemorySize: 1024
              Events:
                Jobs: {Type: SQS, Properties: {Queue: !GetAtt Queue.Arn}}
          Queue:
            Type: AWS::SQS::Queue
            Properties: {RedrivePolicy: {maxReceiveCount: 3}}
          WorkerLogs:
            Type: AWS::Logs::LogGroup
            Properties: {LogGroupName: !Sub "/aws/lambda/${worker}", RetentionInDays: 14}
          Odd:
            Type: Example::Unknown::Thing
        """

    static let cloudFormationJSON = """
        {
          "AWSTemplateFormatVersion": "2010-09-09",
          "Resources": {
            "Api": {
              "Type": "AWS::Lambda::Function",
              "Properties": {"MemorySize": 256, "Timeout": 10, "DeadLetterConfig": {"TargetArn": "arn:aws:sqs:x"}}
            },
            "Permission": {
              "Type": "AWS::Lambda::Permission",
              "Properties": {"FunctionName": {"Ref": "Api"}, "Principal": "apigateway.amazonaws.com"}
            },
            "Warm": {
              "Type": "AWS::Lambda::Alias",
              "Properties": {
                "FunctionName": {"Fn::GetAtt": ["Api", "Arn"]},
                "ProvisionedConcurrencyConfig": {"ProvisionedConcurrentExecutions": 3}
              }
            }
          }
        }
        """

    static let serverless = """
        service: learning
        custom: {memory: 384}
        provider:
          name: aws
          stage: ${opt:stage, 'dev'}
          timeout: 9
          environment: {OTEL_EXPORTER_OTLP_ENDPOINT: "${self:custom.collector, 'http://collector:4318'}"}
        functions:
          edge:
            memorySize: ${self:custom.memory}
            provisionedConcurrency: 1
            events:
              - httpApi: GET /lessons
          nightly:
            memorySize: ${ssm:/memory}
            onError: arn:aws:sns:x
            events:
              - schedule: rate(1 day)
        """

    static let cloudRun = """
        apiVersion: serving.knative.dev/v1
        kind: Service
        metadata: {name: tutor}
        spec:
          template:
            metadata:
              annotations:
                autoscaling.knative.dev/minScale: "1"
                autoscaling.knative.dev/maxScale: "20"
            spec:
              timeoutSeconds: 30
              containers:
                - image: tutor
                  resources: {limits: {memory: 512Mi}}
                  env: [{name: OTEL_SERVICE_NAME, value: tutor-service}]
        """

    static let cloudFunction = """
        name: projects/p/locations/l/functions/digest
        serviceConfig: {availableMemory: 256M, timeoutSeconds: 60, maxInstanceCount: 5}
        eventTrigger: {eventType: google.cloud.pubsub.topic.v1.messagePublished, retryPolicy: RETRY_POLICY_DO_NOT_RETRY}
        """

    static let functions = """
        provider: aws
        version: 1.4.0
        budget:
          monthly: 100 USD
          notifications:
            - {at: 50 %, to: a@example.org}
            - {at: 75 %, to: a@example.org}
            - {at: 90 %, to: [a@example.org, b@example.org]}
            - {at: 100 %, of: forecast, to: a@example.org}
        functions:
          edge:
            memory: 256 MB
            timeout: 10 s
            provisioned-concurrency: 1
            reserved-concurrency: 10
            log-retention: 30 days
            environment: {OTEL_EXPORTER_OTLP_ENDPOINT: "http://collector:4318"}
            triggers: [gateway: GET /lessons]
            client-timeouts: {worker: 3 s}
          worker:
            memory: 0.5 GB
            timeout: 1 min
            reserved-concurrency: 5
            log-retention: 30 days
            layers: [otel-collector]
            triggers: [{queue: jobs, on-failure: failed}]
        """
}
