extension PriceList {
    /// The text of the list that counts when there is no other: `traceview prices` prints it, to be edited.
    public static let builtInText = """
        # What traceview reckons with, in US dollars. Save it as ~/.config/traceview/prices and edit it there.
        as-of 2026-11-24

        # Google's functions are counted at one virtual processor a GB, its own default at 1 GB.
        # function  platform                architecture  $/GB-second    $/request
        function    aws_lambda              arm64         0.0000133334   0.0000002
        function    aws_lambda              amd64         0.0000166667   0.0000002
        function    aws_lambda              *             0.0000166667   0.0000002
        function    azure_functions         *             0.000016       0.0000002
        function    azure.functions         *             0.000016       0.0000002
        function    gcp_cloud_functions     *             0.0000165      0.0000004
        function    gcp_cloud_run           *             0.0000265      0.0000004

        # model     begins with             $/M input     $/M output tokens
        model       claude-opus-4-5         5.00          25.00
        model       claude-sonnet-4         3.00          15.00
        model       claude-haiku-4-5        1.00          5.00
        model       claude-3-5-haiku        0.80          4.00
        model       gpt-4o                  2.50          10.00
        model       gpt-4o-mini             0.15          0.60
        model       gpt-4.1                 2.00          8.00
        model       gpt-4.1-mini            0.40          1.60
        model       gemini-2.5-pro          1.25          10.00
        model       gemini-2.5-flash        0.30          2.50
        model       nova-pro                0.80          3.20
        model       nova-lite               0.06          0.24
        model       nova-micro              0.035         0.14
        model       titan-embed-text-v2     0.02          0.00
        model       text-embedding-3-small  0.02          0.00

        """

    public static let builtIn: PriceList = {
        do throws(PriceListError) {
            return try PriceList(text: builtInText)
        } catch {
            preconditionFailure("the price list of the program itself: \(error)")
        }
    }()
}
