extension PriceList {
    /// The text of the list that counts when there is no other: `traceview prices` prints it, to be edited.
    public static let builtInText = """
        # What traceview reckons with, in US dollars. Save it as ~/.config/traceview/prices and edit it there.
        as-of 2026-11-24

        # Lambda: the public price list, us-east-1, September 2026. Azure: consumption plan, as third parties quote
        # azure.microsoft.com/pricing/details/functions. Google: cloud.google.com/run/pricing, tier 1, request-based, counted at
        # one virtual processor a GB.
        # function  platform                architecture  $/GB-second    $/request
        function    aws_lambda              arm64         0.0000133334   0.0000002
        function    aws_lambda              amd64         0.0000166667   0.0000002
        function    aws_lambda              *             0.0000166667   0.0000002
        function    azure_functions         *             0.000016       0.0000002
        function    azure.functions         *             0.000016       0.0000002
        function    gcp_cloud_functions     *             0.0000165      0.0000004
        function    gcp_cloud_run           *             0.0000265      0.0000004

        # Claude: platform.claude.com, autumn 2026. GPT: OpenAI's price list as third parties quote it in 2026, the older ones of
        # 2025. Gemini 2.5, Nova and Titan: as quoted in 2025 and 2026. Prices of cached, long and batched prompts are not known here.
        # model     begins with             $/M input     $/M output tokens
        model       claude-fable-5          10.00         50.00
        model       claude-opus-5           5.00          25.00
        model       claude-opus-5-5         4.00          20.00
        model       claude-opus-4-5         5.00          25.00
        model       claude-opus-4-6         5.00          25.00
        model       claude-opus-4-7         5.00          25.00
        model       claude-sonnet-5         2.00          10.00
        model       claude-sonnet-4         3.00          15.00
        model       claude-haiku-5-5        0.10          0.50
        model       claude-haiku-4-5        1.00          5.00
        model       claude-3-5-haiku        0.80          4.00
        model       gpt-6-astra             10.00         50.00
        model       gpt-5.6-terra           2.00          12.00
        model       gpt-5.6-luna            0.20          1.20
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
