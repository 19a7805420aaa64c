extension Rule {
    static let budgetRules: [Rule] = [
        Rule(
            id: "TG-BUD-01", level: .block, title: "A monthly budget tells somebody at 50, 75 and 90 %",
            reason:
                "Serverless costs grow with traffic, bugs and attackers alike; the bill at the end of the month is too late.",
            remedy:
                "Declare an AWS::Budgets::Budget (or budget: in functions.yaml) with ACTUAL notifications at 50, 75 and 90 and a subscriber each.",
            phase: .manifest, source: "platform decision; AWS::Budgets::Budget"
        ) { deployment in
            deployment.budget { budget in
                let missing = Thresholds.budgetPercents.filter { percent in
                    !budget.notifications.contains {
                        $0.isActual == true && $0.thresholdPercent == percent && $0.subscriberCount > 0
                    }
                }
                guard !missing.isEmpty else { return .pass(budget.name, "50, 75 and 90 %", at: budget.place) }
                let unsaid = budget.notifications.first {
                    $0.isActual == nil || $0.isActual == true && $0.thresholdPercent == nil
                }
                if let unsaid {
                    return .inconclusive(
                        budget.name, "a notification's kind or threshold is known only at deployment", at: unsaid.place)
                }
                let mute = budget.notifications.first { $0.subscriberCount == 0 }
                let text = missing.map { "\(Text.number($0)) %" }.joined(separator: ", ")
                return .fail(
                    budget.name,
                    "no notification on actual costs \(mute == nil ? "" : "that anybody gets ")at \(text)",
                    at: mute?.place ?? budget.place)
            }
        },
        Rule(
            id: "TG-BUD-02", level: .warn, title: "Somebody hears of a forecast above the budget",
            reason: "A forecast comes days before the money is gone.",
            remedy: "Add a FORECASTED notification (of: forecast) with a subscriber.", phase: .manifest, source: "own"
        ) { deployment in
            deployment.budget { budget in
                let forecast = budget.notifications.first { $0.isActual == false && $0.subscriberCount > 0 }
                guard let forecast else { return .fail(budget.name, "no notification on a forecast", at: budget.place) }
                return .pass(
                    budget.name, forecast.thresholdPercent.map { "\(Text.number($0)) %" } ?? "there is one",
                    at: forecast.place)
            }
        },
    ]
}

extension Deployment {
    /// What a rule says of the monthly budget; of several the best counts.
    fileprivate func budget(_ observe: (BudgetDeclaration) -> Observation) -> [Observation] {
        let monthly = manifest.budgets.filter(\.isMonthly)
        guard !monthly.isEmpty else {
            return [
                .fail(nil, "no monthly budget is declared", at: manifest.files.first.map { Place(file: $0, line: 1) })
            ]
        }
        let all = monthly.map(observe)
        return [all.first { $0.outcome == .pass } ?? all.first { $0.outcome == .inconclusive } ?? all[0]]
    }
}
