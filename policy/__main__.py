"""The policy pack: pulumi preview -s eu-west --policy-pack policy"""

from lepton_infra.audit.policy_pack import serve

serve()
